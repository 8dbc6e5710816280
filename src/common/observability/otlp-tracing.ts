import { AsyncLocalStorage } from 'node:async_hooks';
import type { OnApplicationShutdown } from '@nestjs/common';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SERVICE_NAME,
} from '@opentelemetry/semantic-conventions';
import type { NextFunction, Request, Response } from 'express';
import { arrivalOf } from '../http/arrival';
import { requestIdOf } from '../http/request-id';
import { routeOf, sentStatus } from './observe-requests';
import { notesOf } from './request-notes';
import { Tracing, type Work } from './tracing';

/** A collector that does not answer must not hold up a process that stops. */
const EXPORT_MS = 3_000;

/**
 * Sends spans to a collector. They carry patterns of routes, types and request ids, and like logs no path, body or
 * address. Nothing is registered globally, so several apps of one process keep their traces apart.
 */
export class OtlpTracing extends Tracing implements OnApplicationShutdown {
  private readonly active = new AsyncLocalStorage<Span>();
  private readonly provider: NodeTracerProvider;
  private readonly tracer: Tracer;

  constructor(endpoint: string, serviceName: string) {
    super();
    const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: EXPORT_MS });
    this.provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ [ATTR_SERVICE_NAME]: serviceName }),
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    this.tracer = this.provider.getTracer('usher');
  }

  override get current(): string | undefined {
    const span = this.active.getStore();
    return span && traceparentOf(span);
  }

  override request(request: Request, response: Response, next: NextFunction): void {
    const parent = contextOf(parse(request.header('traceparent')));
    const options = { kind: SpanKind.SERVER, startTime: arrivalOf(request) };
    const span = this.tracer.startSpan(request.method, options, parent);
    notesOf(request).traceparent = traceparentOf(span);
    response.once('close', () => {
      const { method } = request;
      const route = routeOf(request);
      const status = sentStatus(response);
      if (route) span.updateName(`${method} ${route}`).setAttribute(ATTR_HTTP_ROUTE, route);
      span.setAttributes({
        [ATTR_HTTP_REQUEST_METHOD]: method,
        [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
        'usher.request_id': requestIdOf(request),
      });
      if ((status ?? 0) >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    this.active.run(span, next);
  }

  override async run<T>({ name, parent, links }: Work, run: () => Promise<T>): Promise<T> {
    const linked = links?.map(parse).filter((context) => context !== undefined);
    const above = parent ? parse(parent) : links ? undefined : this.active.getStore()?.spanContext();
    const options = {
      kind: parent ? SpanKind.CONSUMER : SpanKind.INTERNAL,
      links: linked?.map((context) => ({ context })),
    };
    const span = this.tracer.startSpan(name, options, contextOf(above));
    try {
      return await this.active.run(span, run);
    } catch (error) {
      // Its message may quote an address.
      span.setAttribute(ATTR_ERROR_TYPE, error instanceof Error ? error.name : typeof error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.provider.shutdown().catch(() => undefined);
  }
}

function contextOf(parent: SpanContext | undefined): Context {
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function parse(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] =
    /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-.*)?$/.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags!, 16) & 1, isRemote: true };
}
