import zlib, { gunzipSync } from "zlib";

export function setupPlugin({ attachments, global }) {
  const text = gunzipSync(attachments.table.contents).toString();
  global.table = new Map(
    text
      .trim()
      .split("\n")
      .map((line) => line.split(",")),
  );
}

export async function processEvent(event, { global }) {
  const packed = await new Promise((resolve, reject) =>
    zlib.gzip(JSON.stringify(event.properties), (error, result) => (error ? reject(error) : resolve(result))),
  );
  return {
    ...event,
    properties: {
      segment: global.table.get(event.distinct_id) ?? "none",
      magic: packed.subarray(0, 2).toString("hex"),
      back: JSON.parse(zlib.unzipSync(packed).toString()),
      raw: zlib.inflateRawSync(zlib.deflateRawSync(Buffer.from("again"))).toString(),
    },
  };
}
