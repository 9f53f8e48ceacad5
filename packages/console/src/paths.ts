import { part } from './api/client.ts';

/** The addresses of all pages, in one place. */
export const paths = {
  home: '/endpoints',
  signIn: '/sign-in',
  welcome: '/welcome',
  profile: '/profile',
  endpoints: '/endpoints',
  endpoint: (id: string) => `/endpoints/${part(id)}`,
  cycles: '/cycles',
  cycle: (id: number) => `/cycles/${id}`,
  run: (id: number) => `/runs/${id}`,
  activities: '/activities',
  activity: (id: string) => `/activities/${part(id)}`,
  scripts: '/system/scripts',
  script: (id: string) => `/system/scripts/${part(id)}`,
  newScript: '/system/scripts/new',
  tasks: '/system/tasks',
  task: (id: string) => `/system/tasks/${part(id)}`,
  newTask: '/system/tasks/new',
  workflows: '/system/workflows',
  workflow: (id: string) => `/system/workflows/${part(id)}`,
  newWorkflow: '/system/workflows/new',
  settings: '/platform/settings',
  apiTokens: '/platform/api-tokens',
  audit: '/platform/audit',
} as const;
