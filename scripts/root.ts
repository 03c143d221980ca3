import { join } from "node:path";

/** The project's folder, whatever the working directory is. */
export const ROOT = join(import.meta.dirname, "..");
