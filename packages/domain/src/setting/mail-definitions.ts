/** The settings with which the installation sends mail (O-05, P-15). */
export const mailSettingDefinitions = {
  'server.publicAddress': {
    type: 'text',
    description:
      'The address at which people reach this installation, such as https://patchbay.example.com; links in mail begin with it.',
    format: 'webAddress',
    default: '',
  },
  'mail.host': {
    type: 'text',
    description: 'The mail server (SMTP) that takes outgoing mail; without one nothing is mailed.',
    format: 'host',
    default: '',
  },
  'mail.port': {
    type: 'number',
    description: 'The port of the mail server: mostly 587 with STARTTLS, 465 with TLS from the start.',
    unit: '',
    minimum: 1,
    maximum: 65_535,
    default: 587,
  },
  'mail.security': {
    type: 'choice',
    description:
      'How the connection to the mail server is protected. Without TLS no password is sent, except to this machine.',
    choices: ['startTls', 'tls', 'none'],
    default: 'startTls',
  },
  'mail.user': {
    type: 'text',
    description: 'Who signs in to the mail server; empty when it asks for nobody.',
    format: 'login',
    default: '',
  },
  'mail.password': {
    type: 'secret',
    description: 'The password of that user. It is kept sealed and never shown.',
    default: '',
  },
  'mail.from': {
    type: 'text',
    description: 'The address that mail comes from.',
    format: 'mailAddress',
    default: '',
  },
} as const;
