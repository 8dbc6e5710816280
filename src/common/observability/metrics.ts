import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type Question, Reading } from './reading';

/**
 * What this process tells Prometheus. Whoever has something to count makes the metric here, once, in its constructor.
 * Names follow https://prometheus.io/docs/practices/naming/. Labels have few values and name nobody: who may scrape is
 * not who may read about organizations.
 */
@Injectable()
export class Metrics {
  static readonly CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

  /** One for each app and not the library's global one: tests run several apps in a process. */
  private readonly registry = new Registry();
  private readonly readings: Reading[] = [];
  private scraped = false;

  counter<Label extends string = never>(
    name: `usher_${string}_total`,
    help: string,
    labelNames: Label[] = [],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  histogram<Label extends string = never>(
    name: `usher_${string}`,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ): Histogram<Label> {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }

  gauge<Label extends string = never>(
    name: `usher_${string}`,
    help: string,
    labelNames: Label[] = [],
  ): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  /** A gauge of what this process knows by itself, asked for with every scrape. */
  gaugeOf(name: `usher_${string}`, help: string, value: () => number): void {
    const collect = (): void => gauge.set(value());
    const gauge = new Gauge({ name, help, collect, registers: [this.registry] });
  }

  /** Gauges that must be asked for elsewhere, with the time that it takes. All of them need a label. */
  reading(service: string, gauges: readonly Gauge<string>[], question: Question): Reading {
    const up = this.gauge(
      `usher_${service}_up`,
      `1 when the ${service} has answered the last question, else 0`,
    );
    const reading = new Reading(up, gauges, question);
    this.readings.push(reading);
    return reading;
  }

  /** Everything in the text format of Prometheus. Works whatever else is down. */
  async scrape(): Promise<string> {
    if (!this.scraped) {
      this.scraped = true;
      // Begins to watch the garbage collector and the event loop, which nobody pays for who does not scrape.
      collectDefaultMetrics({ register: this.registry });
    }
    await Promise.all(this.readings.map((reading) => reading.refresh()));
    return this.registry.metrics();
  }
}
