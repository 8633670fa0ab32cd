-- For wrk: RINGFORT_DEPTH requests in each write (1 without it), or, where RINGFORT_TOKENS is a file with a token a line, requests
-- with another token each, from line RINGFORT_FIRST on; and the totals as one line of JSON at the end.

local depth = tonumber(os.getenv("RINGFORT_DEPTH") or "1")
local tokens_path = os.getenv("RINGFORT_TOKENS")

-- wrk asks a script for every request as soon as there is a function of this name; one request it repeats by itself.
if tokens_path then
    local tokens = {}
    local next = tonumber(os.getenv("RINGFORT_FIRST") or "0")

    function init(arguments)
        for line in io.lines(tokens_path) do
            tokens[#tokens + 1] = line
        end
    end

    function request()
        next = next % #tokens + 1
        wrk.headers["Authorization"] = "Bearer " .. tokens[next]
        return wrk.format()
    end
elseif depth > 1 then
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
        p99Microseconds = latency:percentile(99),
        refused = errors.status,
        broken = errors.connect + errors.read + errors.write + errors.timeout,
    }
    local parts = {}
    for name, value in pairs(fields) do
        parts[#parts + 1] = string.format('"%s":%d', name, value)
    end
    io.write("\nTOTALS {", table.concat(parts, ","), "}\n")
end
