import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import PostalMime, { type Email } from 'postal-mime';
import { Public } from '../../common/auth/require-scope.decorator';
import { PRIVATE_HEADERS } from '../../common/pages/page';
import { MailFolder } from '../mail-folder';
import { DEV_MAIL_PAGES, mailListPage, mailPage, NO_SUCH_MAIL } from './dev-mail-pages';
import { FRAME_HEADERS, standalone } from './standalone';

const SHOWN = 50;

/** Shows developers what the guests of a real event would get. Only where `canBeLookedInto` says so. */
@Public()
@ApiExcludeController()
@Controller('dev/mail')
export class DevMailController {
  constructor(private readonly folder: MailFolder) {}

  @Get()
  async list(@Res() response: Response): Promise<void> {
    const ids = await this.folder.latest(SHOWN);
    const mails = await Promise.all(ids.map(async (id) => ({ id, mail: await this.read(id) })));
    const readable = mails.flatMap(({ id, mail }) => (mail ? [{ id, mail }] : []));
    response.set(DEV_MAIL_PAGES.headers).send(mailListPage(readable));
  }

  @Get(':id')
  async show(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const mail = await this.read(id);
    response
      .status(mail ? 200 : 404)
      .set(DEV_MAIL_PAGES.headers)
      .send(mail ? mailPage(id, mail) : NO_SUCH_MAIL);
  }

  /** The HTML part alone, for the frame on the page above. */
  @Get(':id/html')
  async frame(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const mail = await this.read(id);
    if (mail) response.set(FRAME_HEADERS).send(standalone(mail));
    else response.status(404).set(DEV_MAIL_PAGES.headers).send(NO_SUCH_MAIL);
  }

  /** The file as it is, for a mail program. */
  @Get(':id/file')
  async file(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const content = await this.folder.read(id);
    if (!content) return void response.status(404).set(DEV_MAIL_PAGES.headers).send(NO_SUCH_MAIL);
    response
      .set(PRIVATE_HEADERS)
      .set('Content-Type', 'message/rfc822')
      .set('Content-Disposition', `attachment; filename="${id}.eml"`)
      .send(content);
  }

  private async read(id: string): Promise<Email | null> {
    const content = await this.folder.read(id);
    return content && PostalMime.parse(content);
  }
}
