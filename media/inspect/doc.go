// Package inspect looks at SIP messages before the SIP stack does. The stack is
// lenient; what comes out of it is trusted by the code above. So whatever does
// not obey RFC 3261 is answered here, without any state, or dropped:
//
//	400  start line, header or length broken, a header missing or doubled
//	405  a method that is not served, with Allow
//	406  the caller does not take SDP
//	415  an INVITE whose body is not SDP, with Accept
//	416  a Request-URI that is neither sip nor sips
//	420  a required extension, with Unsupported: none is supported
//	505  another version than SIP/2.0
//
// ACKs and responses are never answered (RFC 3261 sections 13.2.2.4 and 8.1.3.1),
// and neither is what has no Via to answer along.
package inspect
