// What the vendored classic scripts leave on the page, and what their packages do not type.

/** @event-calendar/build, which ships no types; https://github.com/vkurko/calendar names the options. */
interface EventCalendarInstance {
  getOption(name: string): any;
  setOption(name: string, value: any): EventCalendarInstance;
  getEvents(): any[];
  getEventById(id: string): any;
  addEvent(event: object): any;
  updateEvent(event: object): any;
  removeEventById(id: string): EventCalendarInstance;
  refetchEvents(): EventCalendarInstance;
  refetchResources(): EventCalendarInstance;
  dateFromPoint(x: number, y: number): any;
  getView(): any;
  next(): EventCalendarInstance;
  prev(): EventCalendarInstance;
  unselect(): EventCalendarInstance;
}

declare var EventCalendar:
  | { create(target: Element, options: object): EventCalendarInstance; destroy(calendar: EventCalendarInstance): void }
  | undefined;

declare var Chart: typeof import('chart.js').Chart | undefined;
