import type { components } from './schema.gen.ts'

/** The server's REST answers, by their names in its description (web/api/openapi.json; `npm run gen` renews them). */
type Schemas = components['schemas']

export type User = Schemas['User']
export type Session = Schemas['Session']
export type Ticket = Schemas['Ticket']
export type TicketEvent = Schemas['TicketEvent']
export type TicketWithEvents = Schemas['TicketWithEvents']
export type TicketPage = Schemas['TicketPage']
export type Phone = Schemas['Phone']
export type PhoneCall = Schemas['PhoneCall']
export type CallTarget = Schemas['CallTarget']
export type CallerIDs = Schemas['CallerIDs']
export type Announcement = Schemas['Announcement']
export type Card = Schemas['Card']
export type CardTicket = Schemas['CardTicket']
export type Favourite = Schemas['Favourite']
export type Favourites = Schemas['Favourites']
export type PhoneNotice = Schemas['Notice']
export type PhoneToken = Schemas['PhoneToken']
