/** Kinds of metrics. In a plugin's code they are written as text: `export const metrics = { sent: "sum" }`. */
export declare enum MetricsOperation {
  Sum = "sum",
  Min = "min",
  Max = "max",
}

export type AllowedMetricsOperations = MetricsOperation | `${MetricsOperation}`;

export interface MetricsControlsIncrement {
  increment: (value: number) => void;
}

export interface MetricsControlsMax {
  max: (value: number) => void;
}

export interface MetricsControlsMin {
  min: (value: number) => void;
}

export type FullMetricsControls = MetricsControlsIncrement & MetricsControlsMax & MetricsControlsMin;

/** A metric has the one function of its kind. */
export type MetricsControls<Kind extends AllowedMetricsOperations> = {
  sum: MetricsControlsIncrement;
  max: MetricsControlsMax;
  min: MetricsControlsMin;
}[`${Kind}`];

export type MetaMetricsFromMetricsOptions<Metrics extends Record<string, AllowedMetricsOperations>> = {
  [Name in keyof Metrics]: MetricsControls<Metrics[Name]>;
};
