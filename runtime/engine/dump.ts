/** Name, message and stack in QuickJS's dump of a thrown value, JSON that guest code may have had a hand in. */
export function parseDump(text: string): { name: string; message: string; stack: string } {
  const asItIs = { name: "", message: text, stack: "" };
  try {
    const dump: unknown = JSON.parse(text);
    if (typeof dump === "string") return { ...asItIs, message: dump };
    if (typeof dump !== "object" || dump === null || !("message" in dump)) return asItIs;
    const { name, message, stack } = dump as Record<string, unknown>;
    return typeof message === "string"
      ? { name: typeof name === "string" ? name : "Error", message, stack: typeof stack === "string" ? stack : "" }
      : asItIs;
  } catch {
    // Without the memory to make JSON of it, the dump is the error as a string.
    const [, name = "", message = text] = /^(\w+): ([^]*)$/.exec(text) ?? [];
    return { name, message, stack: "" };
  }
}
