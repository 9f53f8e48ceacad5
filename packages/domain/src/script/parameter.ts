/** The types that a script's parameter can have (L-03). */
export const parameterTypes = ['string', 'number', 'boolean', 'choice', 'secret'] as const;
export type ParameterType = (typeof parameterTypes)[number];

/** What a parameter may be called. */
export const parameterNamePattern = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** A value for a parameter; a choice and a secret are strings. */
export type ParameterValue = string | number | boolean;

/** One parameter of a script (L-03). */
export interface ScriptParameter {
  /** Unique in its script, whatever the case: it reaches the script as `PATCHBAY_<NAME>`. */
  readonly name: string;
  readonly label: string;
  readonly type: ParameterType;
  readonly required: boolean;
  /** null: no default. A secret never has one. */
  readonly default: ParameterValue | null;
  /** What can be chosen, for the type `choice`; empty otherwise. */
  readonly choices: readonly string[];
  readonly help: string;
}

/** The environment variable in which a parameter reaches its script (L-03). */
export function environmentName(parameter: string): string {
  return `PATCHBAY_${parameter.toUpperCase()}`;
}
