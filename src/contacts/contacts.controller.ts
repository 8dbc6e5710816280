import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../common/auth/caller';
import { RequireScope } from '../common/auth/require-scope.decorator';
import { NoFieldsGiven } from '../common/errors/request.errors';
import { ApiAnswer } from '../common/http/api-answer.decorator';
import { ApiFailures } from '../common/http/api-failures.decorator';
import { AtLeastOneField } from '../common/http/at-least-one-field.pipe';
import { DeletedDto } from '../common/http/deleted.dto';
import { IdParam } from '../common/http/id-param';
import { viewCursorPage, windowOf } from '../common/http/page';
import { ApiIdempotent } from '../common/idempotency/api-idempotent.decorator';
import { InTransaction } from '../common/idempotency/write-context';
import { readContactChanges, readNewContact } from './contact.input';
import { ContactErasure } from './contact-erasure';
import { viewContact } from './contact.view';
import { ContactEmailTaken, ContactNotFound } from './contacts.errors';
import { ContactsService } from './contacts.service';
import { ContactDto } from './dto/contact.dto';
import { ContactPageDto, ListContactsDto } from './dto/list-contacts.dto';
import { CreateContactDto, UpdateContactDto } from './dto/write-contact.dto';

@ApiTags('Contacts')
@Controller('contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly erasure: ContactErasure,
  ) {}

  @Post()
  @RequireScope('contacts:write')
  @ApiIdempotent()
  @ApiOperation({
    summary: 'Create a contact',
    description: 'Create attendee makes contacts, too: it finds or creates the contact by e-mail address.',
  })
  @ApiAnswer(201, ContactDto)
  @ApiFailures(new ContactEmailTaken())
  async create(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @Body() body: CreateContactDto,
  ): Promise<ContactDto> {
    return viewContact(await this.contacts.create(manager, organizationId, readNewContact(body)));
  }

  @Get()
  @RequireScope('contacts:read')
  @ApiOperation({
    summary: 'List contacts, newest first',
    description: `
Filters combine. \`total\` is 200 at most with \`q\` or \`tag\`; \`next_cursor\` leads on to all of them.

With \`updated_since\` the list is in the order of the latest change, oldest first, and \`next_cursor\` is never null: keep
asking with it, now or in an hour, and every change comes, also one that was begun before your last request and
committed after it; one contact may come several times. \`total\` counts the changes from \`cursor\` on, 1,000 at
most. A contact that was erased is not listed any more.`,
  })
  @ApiAnswer(200, ContactPageDto)
  async list(
    @CurrentCaller() { organizationId }: Caller,
    @Query() query: ListContactsDto,
  ): Promise<ContactPageDto> {
    const { email, q: search, tag, updated_since: updatedSince } = query;
    const page = await this.contacts.list(
      organizationId,
      { email, search, tag, updatedSince },
      windowOf(query),
    );
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

  @Patch(':contactId')
  @RequireScope('contacts:write')
  @ApiOperation({
    summary: 'Change a contact',
    description: `
Fields that are left out stay as they are; \`null\` clears those that may be null. \`tags\` replaces all tags. Tickets show
the new names and e-mail address from now on; that alone does not move their own \`updated_at\`.`,
  })
  @ApiAnswer(200, ContactDto)
  @ApiFailures(new NoFieldsGiven(), new ContactNotFound(), new ContactEmailTaken())
  async update(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('contact') contactId: string,
    @Body(AtLeastOneField) body: UpdateContactDto,
  ): Promise<ContactDto> {
    return viewContact(
      await this.contacts.update(manager, organizationId, contactId, readContactChanges(body)),
    );
  }

  @Delete(':contactId')
  @RequireScope('contacts:write')
  @ApiOperation({
    summary: 'Erase a contact',
    description: `
Removes the person for good: from the contact, and with it from every ticket, from the messages in the status history of
its tickets, and from stored idempotent responses. E-mail that still waits is not sent. The contact answers 404 from now
on, and its e-mail address may be used again, by a new contact.

Tickets stay as anonymous seats: they keep their id, status and barcode, their names and \`email\` are null, and their
\`updated_at\` is the time of the erasure, so that those who follow changes learn of it.

A retry of a request whose answer spoke of the contact is answered with 410 \`answer_erased\`: the request was executed,
is not executed again, and what it said of the person is gone.`,
  })
  @ApiAnswer(200, DeletedDto)
  @ApiFailures(new ContactNotFound())
  async erase(
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('contact') contactId: string,
  ): Promise<DeletedDto> {
    await this.erasure.erase(manager, organizationId, contactId);
    return { deleted: true, id: contactId };
  }
}
