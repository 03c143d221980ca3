export interface EventInit {
  bubbles?: boolean | undefined;
  cancelable?: boolean | undefined;
}

export interface Event {
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  readonly currentTarget: EventTarget | null;
  readonly defaultPrevented: boolean;
  readonly target: EventTarget | null;
  readonly timeStamp: number;
  readonly type: string;
  preventDefault(): void;
  stopImmediatePropagation(): void;
}

export type EventListener = ((event: Event) => void) | { handleEvent(event: Event): void };

export interface EventTarget {
  addEventListener(
    type: string,
    listener: EventListener | null,
    options?: boolean | { capture?: boolean; once?: boolean; signal?: AbortSignal },
  ): void;
  dispatchEvent(event: Event): boolean;
  removeEventListener(type: string, listener: EventListener | null, options?: boolean | { capture?: boolean }): void;
}

export interface AbortSignal extends EventTarget {
  readonly aborted: boolean;
  onabort: ((event: Event) => void) | null;
  readonly reason: any;
  throwIfAborted(): void;
}

export interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

export interface DOMException extends Error {
  readonly code: number;
}
