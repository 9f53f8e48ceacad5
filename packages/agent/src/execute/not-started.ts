/** A script could not begin: no interpreter, no such user, no space. The message is the reason that is reported. */
export class NotStarted extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NotStarted';
  }
}
