import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { IdParam } from '../common/http/id-param';
import { viewCursorPage, windowOf } from '../common/http/page';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InTransaction } from '../common/idempotency/write-context';
import { viewContact } from './contact.view';
import { ContactEmailTaken, ContactNotFound } from './contacts.errors';
import { ContactsService } from './contacts.service';
import { ContactDto, ContactPageDto, CreateContactDto, ListContactsDto } from './dto/contact.dto';

@ApiTags('Contacts')
@Controller('contacts')
export class ContactsController {
  constructor(private readonly contacts: ContactsService) {}

  @Post()
  @RequireScope('contacts:write')
  @ApiIdempotent()
  @ApiOperation({ summary: 'Create a contact' })
  @ApiAnswer(201, ContactDto)
  @ApiFailures(new ContactEmailTaken())
  async create(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @Body() body: CreateContactDto,
  ): Promise<ContactDto> {
    const contact = await this.contacts.create(manager, organizationId, {
      email: body.email,
      firstName: body.first_name,
      lastName: body.last_name,
      phoneNumber: body.phone_number,
    });
    return viewContact(contact);
  }

  @Get()
  @RequireScope('contacts:read')
  @ApiOperation({ summary: 'List contacts, newest first' })
  @ApiAnswer(200, ContactPageDto)
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @Query() query: ListContactsDto,
  ): Promise<ContactPageDto> {
    const page = await this.contacts.list(organizationId, { email: query.email }, windowOf(query));
    return viewCursorPage(page, query, viewContact);
  }

  @Get(':contactId')
  @RequireScope('contacts:read')
  @ApiOperation({ summary: 'Get a contact' })
  @ApiAnswer(200, ContactDto)
  @ApiFailures(new ContactNotFound())
  async get(
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('contact') contactId: string,
  ): Promise<ContactDto> {
    return viewContact(await this.contacts.get(organizationId, contactId));
  }
}
