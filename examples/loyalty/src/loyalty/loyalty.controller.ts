import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { IdParam } from '../common/http/id-param';
import { viewCursorPage, windowOf } from '../common/http/page';
import { CursorQueryDto } from '../common/http/pagination.dto';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InTransaction } from '../common/idempotency/write-context';
import { ContactNotFound } from '../contacts/contacts.errors';
import { LoyaltyDto, LoyaltyEntryDto, LoyaltyEntryPageDto, RedeemPointsDto } from './dto/loyalty.dto';
import { NotEnoughPoints } from './loyalty.errors';
import { LOYALTY } from './loyalty.scopes';
import { LoyaltyService } from './loyalty.service';
import { viewEntry, viewLoyalty } from './loyalty.view';

@ApiTags('Loyalty')
@Controller('contacts/:contactId/loyalty')
export class LoyaltyController {
  constructor(private readonly loyalty: LoyaltyService) {}

  @Get()
  @RequireScope(LOYALTY.read)
  @ApiOperation({
    summary: 'Get the points of a contact',
    description:
      'Each ticket earns 10 points when it is checked in for the first time, a moment after the check-in.',
  })
  @ApiAnswer(200, LoyaltyDto)
  @ApiFailures(new ContactNotFound())
  async get(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('contact') contactId: string,
  ): Promise<LoyaltyDto> {
    return viewLoyalty(contactId, await this.loyalty.get(organizationId, contactId));
  }

  @Get('entries')
  @RequireScope(LOYALTY.read)
  @ApiOperation({ summary: 'List what a contact has earned and redeemed, newest first' })
  @ApiAnswer(200, LoyaltyEntryPageDto)
  @ApiFailures(new ContactNotFound())
  async listEntries(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('contact') contactId: string,
    @Query() query: CursorQueryDto,
  ): Promise<LoyaltyEntryPageDto> {
    const page = await this.loyalty.listEntries(organizationId, contactId, windowOf(query));
    return viewCursorPage(page, query, viewEntry);
  }

  @Post('redemptions')
  @RequireScope(LOYALTY.write)
  @ApiIdempotent()
  @ApiOperation({ summary: 'Redeem points of a contact' })
  @ApiAnswer(201, LoyaltyEntryDto)
  @ApiFailures(new ContactNotFound(), new NotEnoughPoints(50, 20))
  async redeem(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('contact') contactId: string,
    @Body() body: RedeemPointsDto,
  ): Promise<LoyaltyEntryDto> {
    return viewEntry(await this.loyalty.redeem(manager, organizationId, contactId, body.points));
  }
}
