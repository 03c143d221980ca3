export function setupPlugin({ attachments, global }) {
  if (!attachments.rules) throw new Error("Upload a file with rules");
  global.rules = JSON.parse(attachments.rules.contents);
  const { names } = attachments;
  global.names = names ? names.contents.toString("utf8").split(/\r?\n/).filter(Boolean) : [];
  console.log(
    names?.file_name,
    names?.content_type,
    names?.contents instanceof Uint8Array,
    Buffer.isBuffer(names?.contents),
  );
}

export function processEvent(event, { global }) {
  if (global.names.includes(event.distinct_id)) return event;
  const isAllowed = global.rules.every(({ property, operator, value }) => {
    const actual = event.properties?.[property];
    if (operator === "is") return actual === value;
    if (operator === "contains") return String(actual).includes(value);
    if (operator === "over") return actual > value;
    throw new Error(`There is no operator ${operator}`);
  });
  if (isAllowed) return event;
}
