// Preloaded into `wrangler dev` (`node --import`): when the process that started it is gone, even by `kill -9`, the server shuts down instead of
// living on as an orphan that holds the port. Wrangler starts itself once more and passes its Node flags on, so this runs at both levels.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
