/** What was asked for cannot be: nothing was written. */
export class ScaffoldError extends Error {
  constructor(message, fix) {
    super(message);
    this.fix = fix;
  }
}
