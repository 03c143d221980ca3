const MINUTE = 60_000;

/**
 * Fires the Worker's Cron Trigger, as Cloudflare does at the edge and `wrangler dev` leaves to us.
 * @param time the minute that is due, in milliseconds since 1970
 * @throws when the Worker's `scheduled` handler failed
 */
export async function fireCron(url: string, time: number): Promise<void> {
  const response = await fetch(`${url}/cdn-cgi/local/scheduled?cron=*+*+*+*+*&time=${time}`);
  const outcome = await response.text();
  if (!response.ok) throw new Error(`the scheduled handler ended with "${outcome}"`);
}

/** Fires the Cron Trigger at the start of every minute. @returns what stops it */
export function driveCron(url: string, onError: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout;
  const schedule = () => {
    const next = (Math.floor(Date.now() / MINUTE) + 1) * MINUTE;
    timer = setTimeout(() => {
      fireCron(url, next).catch(onError);
      schedule();
    }, next - Date.now());
  };
  schedule();
  return () => clearTimeout(timer);
}
