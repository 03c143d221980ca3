/**
 * A failure that a capability reports to the plugin: raised there as an error with this name and message. Any other
 * exception of a capability is a failure of the host, and ends the call as one.
 */
export class HostError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}
