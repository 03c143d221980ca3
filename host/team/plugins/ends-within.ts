/** @returns whether something has ended within so many milliseconds, however it did */
export function endsWithin(something: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    const end = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    something.then(end, end);
  });
}
