/** Programs that compute and ask the host for nothing: each a script whose completion value is a function. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  "calls: fib(20)": `(function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }).bind(undefined, 20)`,
  "loops: sieve of 20,000": `() => {
    const composite = new Uint8Array(20000);
    let primes = 0;
    for (let i = 2; i < composite.length; i++) {
      if (composite[i]) continue;
      primes++;
      for (let k = i * i; k < composite.length; k += i) composite[k] = 1;
    }
    return primes;
  }`,
  "objects: a word count": `() => {
    const counts = {};
    for (let i = 0; i < 3000; i++) {
      const word = "word" + ((i * 7919) % 613);
      counts[word] = (counts[word] ?? 0) + 1;
    }
    return Object.entries(counts).filter(([, count]) => count > 2).map(([word]) => word).join();
  }`,
  "sort: 2,000 numbers": `() => {
    const numbers = Array.from({ length: 2000 }, (_, i) => (i * 7919) % 10007);
    return numbers.sort((a, b) => a - b)[1000];
  }`,
  "regexp: e-mail addresses in 20 KB": `(() => {
    const text = "some words, then anna.schmidt@example.com and more; ".repeat(400);
    return () => text.replace(/[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+/g, "<email>").length;
  })()`,
  "JSON: 20 KB there and back": `(() => {
    const line = (i) => ({ sku: "SKU-" + i, name: "Product number " + i, price: i / 100, tags: ["sale", "t" + i], gift: null });
    const json = JSON.stringify(Array.from({ length: 250 }, (_, i) => line(i)));
    return () => JSON.stringify(JSON.parse(json)).length;
  })()`,
  "text: building 100 KB": `() => {
    let text = "";
    for (let i = 0; i < 10000; i++) text += String.fromCharCode(97 + (i % 26)) + "some text";
    return text.split("z").length;
  }`,
  "bytes: 16 MB moved": `(() => {
    const bytes = new Uint8Array(1000000);
    return () => { for (let i = 0; i < 16; i++) bytes.copyWithin(i, 100, 999900); };
  })()`,
};
