import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { IdParam } from '../common/http/id-param';
import { Links } from '../common/http/links';
import { viewCursorPage, windowOf } from '../common/http/page';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InTransaction } from '../common/idempotency/write-context';
import { ListPaymentsDto, PaymentDetailsDto, PaymentPageDto, QueuedDto } from './dto/payment.dto';
import { viewPayment, viewPaymentDetails } from './payment.view';
import { PaymentContactErased, PaymentHasNoTickets, PaymentNotFound } from './payments.errors';
import { PaymentsService } from './payments.service';

@ApiTags('Payments')
@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly payments: PaymentsService,
    private readonly links: Links,
  ) {}

  @Get()
  @RequireScope('payments:read')
  @ApiOperation({
    summary: 'List payments, newest first',
    description: 'A payment whose tickets were all deleted or upgraded into another payment is listed too.',
  })
  @ApiAnswer(200, PaymentPageDto)
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @Query() query: ListPaymentsDto,
  ): Promise<PaymentPageDto> {
    const filter = { eventId: query.event_id, contactId: query.contact_id };
    const page = await this.payments.list(organizationId, filter, windowOf(query));
    return viewCursorPage(page, query, (payment) => viewPayment(payment, this.links));
  }

  @Get(':paymentId')
  @RequireScope('payments:read')
  @ApiOperation({ summary: 'Get a payment with its attendees, and what became of its confirmation email' })
  @ApiAnswer(200, PaymentDetailsDto)
  @ApiFailures(new PaymentNotFound())
  async get(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('payment') paymentId: string,
  ): Promise<PaymentDetailsDto> {
    return viewPaymentDetails(await this.payments.get(organizationId, paymentId), this.links);
  }

  @Post(':paymentId/confirmation-email')
  @RequireScope('attendees:write')
  @ApiIdempotent()
  @ApiOperation({
    summary: 'Send the confirmation email of a payment again',
    description: `
Queues one mail to the contact, with the tickets as they are when it is sent, whether or not one was sent before. What
becomes of it stands in \`confirmation_email\` of the payment. It writes to a guest, as create attendee does, and needs
the same scope.`,
  })
  @ApiAnswer(202, QueuedDto)
  @ApiFailures(new PaymentNotFound(), new PaymentHasNoTickets(), new PaymentContactErased())
  async sendConfirmation(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('payment') paymentId: string,
  ): Promise<QueuedDto> {
    await this.payments.sendConfirmation(manager, organizationId, paymentId);
    return { queued: true, payment_id: paymentId };
  }
}
