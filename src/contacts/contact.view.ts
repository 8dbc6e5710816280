import type { PresentContact } from './contact.entity';
import type { ContactDto } from './dto/contact.dto';

export function viewContact(contact: PresentContact): ContactDto {
  return {
    id: contact.id,
    email: contact.email,
    first_name: contact.firstName,
    last_name: contact.lastName,
    phone_number: contact.phoneNumber,
    job_title: contact.jobTitle,
    company: contact.company,
    location: contact.location,
    website: contact.website,
    linkedin: contact.linkedin,
    instagram: contact.instagram,
    twitter: contact.twitter,
    github: contact.github,
    birthday: contact.birthday,
    tags: contact.tags,
    status: contact.status,
    created_at: contact.createdAt.toISOString(),
    updated_at: contact.updatedAt.toISOString(),
  };
}
