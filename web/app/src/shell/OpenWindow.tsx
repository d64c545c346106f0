import { later } from '../app/later.tsx'
import { useWindows, type WindowName } from '../app/windows.ts'

const windows = {
  transfer: later(() => import('../transfer/TransferWindow.tsx').then((file) => file.TransferWindow)),
  hostile: later(() => import('../panel/HostileDialog.tsx').then((file) => file.HostileDialog)),
  devices: later(() => import('../devices/DeviceSettings.tsx').then((file) => file.DeviceSettings)),
  shortcuts: later(() => import('../shortcuts/ShortcutsDialog.tsx').then((file) => file.ShortcutsDialog)),
}

/** The window that stands beside the panel or over the page. 걸기 and the keypad are part of the panel. */
export function OpenWindow() {
  const { open } = useWindows()
  if (!open || !isWindow(open)) return null
  const Window = windows[open]
  return <Window key={open} />
}

function isWindow(name: WindowName): name is keyof typeof windows {
  return name in windows
}
