// Compiled with the settings of packages/domain/src: the effects of the outside world do not exist there.
// If a setting lets one in, its expected error is missing and the compiler complains. Never run.

// @ts-expect-error no network
void fetch;
// @ts-expect-error no process
void process;
// @ts-expect-error no timers
void setTimeout;
// @ts-expect-error no console
void console;
// @ts-expect-error no random bytes
void crypto;
// @ts-expect-error no clock
void performance;
// @ts-expect-error no modules of Node
void import('node:fs');
