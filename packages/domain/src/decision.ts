/**
 * The answer of every `decide(state, event)`.
 *
 * - `accepted`: the new state, what the shell has to do, and at least one sentence that explains it (W-14).
 * - `ignored`: the event is stale or repeated and changes nothing; the reason is for logs and tests.
 * - `rejected`: the event asks for something that is not allowed now; the reason is for the person who asked.
 */
export type Decision<State, Command> =
  | {
      readonly kind: 'accepted';
      readonly state: State;
      readonly commands: readonly Command[];
      readonly notes: readonly string[];
    }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'rejected'; readonly reason: string };
