/** The parts of the server's REST answers that the screens use. */

export interface User {
  id: string
  login: string
  name: string
  role: 'admin' | 'supervisor' | 'agent'
}

export interface Session {
  user: User
}

export interface Named {
  id: string
  name: string
}

export interface Ticket {
  number: number
  service: Named
  channel: string
  status: string
  subject: string
  customer_number: string
  customer_name: string
  agent: Named
  call: string
  created_at: string
  updated_at: string
}

export interface TicketEvent {
  at: string
  kind: string
  agent?: Named
  params: Record<string, string>
}

export interface TicketWithEvents extends Ticket {
  events: TicketEvent[]
}

export interface TicketPage {
  tickets: Ticket[]
  next: number | null
}
