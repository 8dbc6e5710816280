import { given } from '../common/http/given';
import type { ContactChanges, NewContact } from './contacts.service';
import type { CreateContactDto, UpdateContactDto } from './dto/write-contact.dto';

/** What a client sends, in the terms of the entity: the opposite of `viewContact`. */
export function readNewContact(body: CreateContactDto): NewContact {
  return { ...readContactChanges(body), email: body.email };
}

export function readContactChanges(body: UpdateContactDto): ContactChanges {
  return given({
    email: body.email,
    firstName: body.first_name,
    lastName: body.last_name,
    phoneNumber: body.phone_number,
    jobTitle: body.job_title,
    company: body.company,
    location: body.location,
    website: body.website,
    linkedin: body.linkedin,
    instagram: body.instagram,
    twitter: body.twitter,
    github: body.github,
    birthday: body.birthday,
    tags: body.tags === null ? [] : body.tags,
    status: body.status,
  });
}
