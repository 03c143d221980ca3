/** A file is no MaxMind database, or a broken one. */
export class MmdbError extends Error {
  override readonly name = "MmdbError";
}
