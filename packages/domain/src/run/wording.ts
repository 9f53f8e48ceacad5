import type { Phase, StepDefinition } from './definition.ts';

const phaseWords: Record<Phase, string> = {
  task: 'task',
  prePatching: 'pre-patching step',
  patch: 'patch operation',
  postPatching: 'post-patching step',
  afterReboot: 'after-reboot check',
};

/** A step as it is called within a sentence, such as `pre-patching step "Check disk"`. */
export function stepName(step: StepDefinition): string {
  return step.phase === 'patch' ? 'the patch operation' : `${phaseWords[step.phase]} "${step.name}"`;
}

/** Gives words that begin a sentence their capital. */
export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A number of things: `1 patch`, `3 patches`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A duration in the largest unit that is still exact enough to read: `45 s`, `30 min`, `4 h`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

const longestClause = 300;

/** Makes text that came from elsewhere fit into a sentence: one line, not too long, no full stop of its own. */
export function clause(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').replace(/^ |[ .;:,]+$/g, '');
  const characters = Array.from(line);
  if (characters.length === 0) return 'no reason was given';
  return characters.length <= longestClause ? line : `${characters.slice(0, longestClause).join('')}…`;
}
