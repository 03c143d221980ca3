/** Characters of the JSON of what a function is given together: it has to fit into the memory of a sandbox, and of the isolate, as text and as values. */
export const MAX_BATCH_LENGTH = 4 * 1024 * 1024;
