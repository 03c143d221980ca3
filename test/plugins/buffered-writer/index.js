exports.setupPlugin = function ({ global }) {
  global.lines = [];
  global.flush = async () => {
    const lines = global.lines.splice(0);
    if (lines.length === 0) return;
    await fetch("https://lines.example/write", { method: "POST", body: lines.join("\n") });
  };
};

exports.onEvent = async function (event, { global }) {
  global.lines.push(`${event.event} ${event.distinct_id}`);
  if (global.lines.length >= 3) await global.flush();
};

exports.teardownPlugin = async function ({ global, storage }) {
  await storage.set("last", global.lines.length);
  await global.flush();
};
