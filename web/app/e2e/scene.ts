// What every end-to-end file begins and ends with: agents are opened, and nothing is left of anything.
import { afterEach, inject } from 'vitest'
import { Agent, type AgentOptions } from './agent.ts'
import { expectNothingLeft } from './asterisk.ts'
import { Customer, type CustomerOptions, hangUpAll } from './customer.ts'

export const bellhop = inject('bellhop')

let open: Agent[] = []

afterEach(async () => {
  await hangUpAll()
  for (const a of open) await a.close()
  open = []
  await expectNothingLeft(bellhop)
})

export async function agent(options: AgentOptions = {}): Promise<Agent> {
  const a = await Agent.open(bellhop, options)
  open.push(a)
  return a
}

// talking is an agent (1000 Hz) with a customer (440 Hz).
export async function talking(options: CustomerOptions = {}): Promise<{ seoyeon: Agent; customer: Customer }> {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  const customer = new Customer(bellhop, { tone: 440, probes: [440, 1000, 1300, 523, 784], ...options })
  await seoyeon.state('offered')
  await seoyeon.accept()
  await seoyeon.hears(440)
  await customer.hears(1000)
  return { seoyeon, customer }
}

// target is the second agent (1300 Hz), in 대기.
export async function target(): Promise<Agent> {
  const jihun = await agent({ user: 1, tone: 1300 })
  await jihun.ready()
  return jihun
}
