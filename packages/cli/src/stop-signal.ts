/** A signal to a whole process group can arrive twice; only a later one is a second wish. */
const sameWishMs = 2000;

/** Resolves at the first SIGINT or SIGTERM. A second one, some time later, ends the process the hard way. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | null = null;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (askedAt === null) {
        askedAt = Date.now();
        resolve(signal);
      } else if (Date.now() - askedAt > sameWishMs) {
        process.exit(signal === 'SIGINT' ? 130 : 143);
      }
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
