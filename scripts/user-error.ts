/** Something that whoever runs a script can put right. Its message says how, so it is shown without a stack. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Runs a script's main function. A {@link UserError} is printed as its message alone; anything else is a bug and keeps its stack. */
export async function runScript(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    process.exitCode = 1;
  }
}
