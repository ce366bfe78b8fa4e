#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/assets.hpp"
#include "api/history.hpp"
#include "api/parameters.hpp"
#include "api/request.hpp"
#include "tables/tables.hpp"
#include "tsflow/time.hpp"

namespace tsflow::http {

/// What the API tells of itself.
struct ApiFacts {
    std::string pipeline;
    std::string epoch;   ///< as of the websocket
    std::string notice;  ///< shown on every page
    std::string token;   ///< empty: none is asked for
    bool loopback_only = true;
    std::function<std::string()> run_status;  ///< as JSON; empty: nothing is known of the run
    Duration stale_after{};
};

/// Answers requests from tables and files. The server's thread only.
class Api {
public:
    using Done = std::function<void(Response)>;
    /// `history` may be null.
    Api(const Tables& tables, const Assets& assets, History* history, const Clock& clock,
        ApiFacts facts);

    /// Calls `done` once: before it returns, or later on the same thread when history is asked for.
    void respond(const Request& request, Done done);
    /// Whether a websocket may be opened; an answer that refuses it otherwise.
    std::optional<Response> refuse_socket(const Request& request) const;
    /// What `/api/status` answers, and without the columns the heartbeat of the websocket.
    std::string status(bool heartbeat) const;

    struct ParameterInfo {
        std::string_view name;
        std::string_view type;  ///< of JSON Schema
        std::string_view doc;
        bool required = false;
        bool in_path = false;
    };
    struct Call {
        const Request& request;
        const Target& target;
        std::string_view path;  ///< the value of the path's parameter
        const Done& done;
    };
    /// The one list of what there is: dispatch and the OpenAPI document follow it.
    struct Route {
        std::string_view path;  ///< `/api/tables/{name}`
        std::string_view summary;
        std::string_view schema;  ///< of the answer: a name in the OpenAPI document
        std::vector<ParameterInfo> parameters;
        void (Api::*answer)(const Call& call) const;
        std::string_view table = {};  ///< of a view
        bool rows = false;            ///< takes the parameters of row queries as well
    };
    static const std::vector<Route>& routes();

private:
    std::optional<Response> refuse(const Request& request) const;
    void dispatch(const Request& request, const Done& done) const;
    void page(const Request& request, const Target& target, const Done& done) const;

    void answer_status(const Call& call) const;
    void answer_pipeline(const Call& call) const;
    void answer_openapi(const Call& call) const;
    void answer_tables(const Call& call) const;
    void answer_table(const Call& call) const;
    void answer_view(const Call& call) const;
    void answer_rankings(const Call& call) const;
    void answer_ticks(const Call& call) const;
    void answer_bars(const Call& call) const;
    void answer_symbol(const Call& call) const;

    static Response not_wired(std::string_view table);
    Response rows_of(const Table& table, const Target& target, const Request& request,
                     std::string_view path) const;
    std::string etag_of(std::uint64_t sequence, std::string_view kind) const;

    const Tables& tables_;
    const Assets& assets_;
    History* history_;
    const Clock& clock_;
    ApiFacts facts_;
};

/// The OpenAPI 3 document of the routes.
std::string openapi();

}  // namespace tsflow::http
