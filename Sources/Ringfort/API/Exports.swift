// Who imports Ringfort sees the types that stand in its interface, from whichever of its modules they come.
@_exported public import Bytes
@_exported public import HTTPWire
@_exported public import JSON
@_exported public import JSONSchema
@_exported public import RateLimiting
@_exported public import Reactor
@_exported public import TLSEngine
@_exported public import Tokens
