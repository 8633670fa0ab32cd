-- For wrk: RINGFORT_DEPTH requests in each write (1 without it), each a POST of the JSON in RINGFORT_DOCUMENT where there
-- is one, and the totals as one line of JSON at the end.

local depth = tonumber(os.getenv("RINGFORT_DEPTH") or "1")
local document = os.getenv("RINGFORT_DOCUMENT")

if document then
    wrk.method = "POST"
    wrk.body = document
    wrk.headers["Content-Type"] = "application/json"
end

-- wrk asks a script for every request as soon as there is a function of this name; one request it repeats by itself.
if depth > 1 then
    local batch

    function init(arguments)
        batch = string.rep(wrk.format(), depth)
    end

    function request()
        return batch
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    local fields = {
        requests = summary.requests,
        microseconds = summary.duration,
        refused = errors.status,
        broken = errors.connect + errors.read + errors.write + errors.timeout,
    }
    local parts = {}
    for name, value in pairs(fields) do
        parts[#parts + 1] = string.format('"%s":%d', name, value)
    end
    io.write("\nTOTALS {", table.concat(parts, ","), "}\n")
end
