import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express } from 'express';
import { shapeBoundFunctions } from './bound-functions';

/**
 * Express changes the prototype of every request and response, whereupon V8 looks up each of their properties anew
 * wherever one is read: most of what Express costs. Here they are made with the prototypes that Express would give them.
 * The server speaks HTTP; Nest's `httpsOptions` and `forceCloseConnections` have no effect.
 */
export class ShapedExpressAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    shapeBoundFunctions();
    class Request extends IncomingMessage {}
    class Response extends ServerResponse {}
    const express = this.getInstance<Express>();
    express.request = Object.setPrototypeOf(Request.prototype, express.request) as Express['request'];
    express.response = Object.setPrototypeOf(Response.prototype, express.response) as Express['response'];
    const classes = { IncomingMessage: Request, ServerResponse: Response };
    // Node's own refusal has no body: `hostOnly` refuses in the envelope.
    this.setHttpServer(createServer({ ...classes, requireHostHeader: false }, express));
  }
}
