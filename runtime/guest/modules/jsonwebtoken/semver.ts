/** What jsonwebtoken asks semver for: whether this is a Node with the keys and paddings of version 16. Our `crypto` has them. */
export const satisfies = (): boolean => true;
