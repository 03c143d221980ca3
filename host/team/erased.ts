/** All that is left in the storage of an object whose team was erased. */
const MARK = "erased";

/** What an object answers whose team was erased. */
export class TeamErasedError extends Error {
  override readonly name = "TeamErasedError";

  constructor() {
    super("the team was erased");
  }
}

/** Whether a team was erased here. Asked before anything is opened, so that nothing that comes late makes tables anew. */
export async function isErased(storage: DurableObjectStorage): Promise<boolean> {
  return (await storage.get(MARK)) === true;
}

/** Empties an object for good. */
export async function eraseStorage(storage: DurableObjectStorage): Promise<void> {
  await storage.deleteAlarm();
  await storage.deleteAll();
  await storage.put(MARK, true);
}
