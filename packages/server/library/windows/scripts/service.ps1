# Starts, stops or restarts a service, or tells its state. Services that depend on it are stopped with it.
# Facts: serviceState (running or stopped).
# Exit codes: 0 done, or running when asked for the state; 1 the action failed; 2 a parameter is wrong;
# 3 not running when asked for the state; 4 there is no such service.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

$name = [string] $env:PATCHBAY_SERVICE
$action = [string] $env:PATCHBAY_ACTION
if ($name -eq '') { Stop-Script 2 'PATCHBAY_SERVICE is missing' }
if ($action -eq '') { $action = 'status' }
if (@('start', 'stop', 'restart', 'status') -notcontains $action) {
    Stop-Script 2 "PATCHBAY_ACTION must be start, stop, restart or status, not '$action'"
}

# Compared here, since Get-Service takes wildcards.
$service = Get-Service | Where-Object { $_.Name -eq $name } | Select-Object -First 1
if ($null -eq $service) { Stop-Script 4 "there is no service '$name'" }

$problem = ''
try {
    $limit = [TimeSpan]::FromSeconds(60)
    if ($action -eq 'stop') {
        Stop-Service -InputObject $service -Force
        $service.WaitForStatus('Stopped', $limit)
    }
    if ($action -eq 'start') { Start-Service -InputObject $service }
    # It starts again what depends on the service, too.
    if ($action -eq 'restart') { Restart-Service -InputObject $service -Force }
    if ($action -eq 'start' -or $action -eq 'restart') { $service.WaitForStatus('Running', $limit) }
}
catch {
    $problem = $_.Exception.Message
}
$service.Refresh()
$running = $service.Status -eq 'Running'
if ($running) { Publish-Fact 'serviceState' 'running' } else { Publish-Fact 'serviceState' 'stopped' }
Write-Output "$name is $($service.Status)."
if ($problem -ne '') { Stop-Script 1 "could not $action ${name}: $problem" }
if ($action -eq 'status' -and -not $running) { exit 3 }
exit 0
