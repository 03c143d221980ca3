import { PluginEvent } from "@posthog/plugin-scaffold";

abstract class Classifier {
  protected abstract readonly rules: [RegExp, string][];

  protected classify(path: string): string {
    return this.rules.find(([pattern]) => pattern.test(path))?.[1] ?? "other";
  }
}

class PageClassifier extends Classifier {
  public counts: Record<string, number> = {};
  protected readonly rules: [RegExp, string][] = [
    [/^\/(?:blog|news)\b/, "content"],
    [/^\/checkout/, "shop"],
  ];

  processEvent(event: PluginEvent): PluginEvent {
    const kind = instance.classify(event.properties?.$pathname ?? "");
    instance.counts[kind] = (instance.counts[kind] ?? 0) + 1;
    event.properties = { ...event.properties, page_kind: kind, page_kind_count: instance.counts[kind] };
    return event;
  }

  runEveryMinute() {
    console.error("nobody should call a task that is on a prototype");
  }
}

const instance = new PageClassifier();
export default instance;
