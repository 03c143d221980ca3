/** A place that a plugin cannot be installed from, as it was written or as its server answers. Its message is for whoever installs. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}
