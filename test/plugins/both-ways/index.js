module.exports = {
  processEvent: (event) => ({ ...event, event: `${event.event} alone` }),
  processEventBatch: (events) => events.map((event) => ({ ...event, event: `${event.event} in a batch` })),
};
