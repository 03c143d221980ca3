import LZString from "lz-string";

export async function processEvent(event, { storage }) {
  const packed = await storage.get("trail", "");
  const trail = packed === "" ? [] : JSON.parse(LZString.decompressFromBase64(packed));
  trail.push(event.event);
  await storage.set("trail", LZString.compressToBase64(JSON.stringify(trail)));
  return { ...event, properties: { ...event.properties, trail } };
}
