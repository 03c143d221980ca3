export async function onAction(action: { name: string }, event: any, meta: any): Promise<void> {
  await meta.cache.incr(`action:${action.name}`);
}

export async function onEvent(event: any, { cache }: any): Promise<void> {
  await cache.incr(`event:${event.event}`);
}
