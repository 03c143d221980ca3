import { createTarPacker } from "modern-tar";

/** A file of an archive. Its size is written before its contents, so that it has to be known. */
export interface TarFile {
  name: string;
  /** Milliseconds since the epoch. */
  at: number;
  contents: Uint8Array | { size: number; body: ReadableStream<Uint8Array> };
}

/** Packs files one after another, as fast as they are read; no more of them is held than is on its way. */
export function tarOf(files: AsyncIterable<TarFile>): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const pack = async (): Promise<void> => {
    for await (const { name, at, contents } of files) {
      const isBytes = contents instanceof Uint8Array;
      const size = isBytes ? contents.byteLength : contents.size;
      const entry = controller.add({ name, size, mtime: new Date(at), type: "file" });
      const body = isBytes ? new Blob([contents]).stream() : contents.body;
      await body.pipeTo(entry);
    }
    controller.finalize();
  };
  pack().catch((error: unknown) => {
    // Whoever reads it learns that it breaks off.
    console.error(`an archive breaks off: ${String(error)}`);
    controller.error(error);
  });
  return readable;
}
