const MAX_CAUSES = 5;
const MAX_FRAMES = 5;
const MAX_LENGTH = 300;

/**
 * An error, its causes and where it was thrown, for the log, without what the messages may quote: database drivers put
 * the values of a failed query, such as events and configs, on the lines after the first.
 */
export function describeError(error: unknown): string {
  const causes: string[] = [];
  let cause = error;
  while (cause !== undefined && causes.length < MAX_CAUSES) {
    causes.push(summaryOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frames = stack.split("\n").filter((line) => /^\s+at .+:\d+/.test(line));
  return [causes.join(" <- "), ...frames.slice(0, MAX_FRAMES)].join("\n");
}

function summaryOf(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const [firstLine = ""] = error.message.split("\n");
  return `${error.name}: ${firstLine}`.slice(0, MAX_LENGTH);
}
