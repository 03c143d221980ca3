export const upper = (value: string): string => value.toUpperCase();
