"""The HTTP API before its routes (`Api`), and after them (`Entry`): who gets in, and how many."""

import json
from collections.abc import Iterable
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from infrastructure.acknowledged import acknowledge
from infrastructure.declared import Declared, Route
from infrastructure.naming import Names
from infrastructure.stage import Domain, Throttle
from infrastructure.stage import Stage as Settings
from infrastructure.taken import lasting, log_days
from stamkund.web.app import CORS, PREFLIGHT

STAGE = "$default"
# No addresses, no headers, no query: nothing that is anybody's.
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "duration_ms": "$context.responseLatency",
    "function_ms": "$context.integrationLatency",
    "error": "$context.integrationErrorMessage",
}

LOGGED = (
    "Switched off by the stage: every function writes a line per request, and so does CloudFront."
)


class Api(Stack):
    def __init__(
        self,
        scope: Construct,
        names: Names,
        stage: Settings,
        functions: Iterable[Declared],
        **options: Any,
    ) -> None:
        super().__init__(scope, names.of("api"), **options)
        methods = {one.trigger.method for one in functions if isinstance(one.trigger, Route)}
        self.api = gateway.CfnApi(
            self,
            "Api",
            name=names.of("api"),
            protocol_type="HTTP",
            description="Members, web shops and tills call it; every function proves the caller.",
            cors_configuration=_cors(stage.allowed_origins, methods),
            # With a name of our own there is no other way in.
            disable_execute_api_endpoint=stage.domain is not None,
        )
        if stage.domain is None:
            address = f"https://{self.api.ref}.execute-api.{self.region}.{self.url_suffix}"
            CfnOutput(self, "Address", value=address, description="Where the API is called")


class Entry(Stack):
    def __init__(
        self,
        scope: Construct,
        names: Names,
        stage: Settings,
        api: gateway.CfnApi,
        functions: Iterable[Declared],
        **options: Any,
    ) -> None:
        super().__init__(scope, names.of("entry"), **options)
        self._names, self._stage, self._api = names, stage, api
        self.live = self._live([one for one in functions if isinstance(one.trigger, Route)])
        if stage.domain:
            self._own_name(stage.domain)

    def _live(self, functions: list[Declared]) -> gateway.CfnStage:
        live = gateway.CfnStage(
            self,
            "Live",
            api_id=self._api.ref,
            stage_name=STAGE,
            auto_deploy=True,
            access_log_settings=self._access_log() if self._stage.access_log else None,
            default_route_settings=_of_no_route(list(self._stage.throttles.values())),
            route_settings={
                one.trigger.key: _limits(self._stage.throttles[one.full_name])
                for one in functions
                if isinstance(one.trigger, Route)
            },
        )
        if not self._stage.access_log:
            acknowledge(live, "AwsSolutions-APIG1", LOGGED)
        return live

    def _access_log(self) -> gateway.CfnStage.AccessLogSettingsProperty:
        log = logs.LogGroup(
            self,
            "AccessLog",
            log_group_name=f"{self._names.parameter('access')}",
            retention=log_days(self._stage.retention.access_logs),
            removal_policy=lasting(self._stage),
        )
        return gateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=json.dumps(ACCESS_LOG)
        )

    def _own_name(self, domain: Domain) -> None:
        zone = zone_of(self, domain)
        name = origin_of(domain)
        certificate = certificates.Certificate(
            self,
            "Certificate",
            domain_name=name,
            validation=certificates.CertificateValidation.from_dns(zone),
        )
        made = gateway.DomainName(
            self,
            "Name",
            domain_name=name,
            certificate=certificate,
            security_policy=gateway.SecurityPolicy.TLS_1_2,
        )
        mapping = gateway.CfnApiMapping(
            self, "Mapping", api_id=self._api.ref, domain_name=made.name, stage=STAGE
        )
        mapping.add_resource_dependency(self.live)
        target = targets.ApiGatewayv2DomainProperties(
            made.regional_domain_name, made.regional_hosted_zone_id
        )
        route53.ARecord(
            self,
            "Record",
            zone=zone,
            record_name=name,
            target=route53.RecordTarget.from_alias(target),
        )


def origin_of(domain: Domain) -> str:
    return f"origin.{domain.name}"


def zone_of(scope: Construct, domain: Domain) -> route53.IHostedZone:
    return route53.HostedZone.from_hosted_zone_attributes(
        scope, "Zone", hosted_zone_id=domain.zone_id, zone_name=domain.zone
    )


def _cors(origins: list[str], methods: Iterable[str]) -> gateway.CfnApi.CorsProperty:
    """The API answers preflights and replaces what a function says of this."""
    return gateway.CfnApi.CorsProperty(
        allow_origins=origins,
        allow_methods=sorted(methods),
        allow_headers=_listed(PREFLIGHT["Access-Control-Allow-Headers"]),
        expose_headers=_listed(CORS["Access-Control-Expose-Headers"]),
        max_age=int(PREFLIGHT["Access-Control-Max-Age"]),
    )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _of_no_route(throttles: list[Throttle]) -> gateway.CfnStage.RouteSettingsProperty:
    """Preflights, which the API answers itself: there may be one for each request."""
    return gateway.CfnStage.RouteSettingsProperty(
        throttling_rate_limit=max(one.rate for one in throttles),
        throttling_burst_limit=max(one.burst for one in throttles),
    )


def _limits(throttle: Throttle) -> dict[str, float]:
    # This one map is passed to CloudFormation as it is.
    return {"ThrottlingRateLimit": throttle.rate, "ThrottlingBurstLimit": throttle.burst}
